import { isUtf8 } from "node:buffer";
import { BelfryError } from "../../core/errors.js";
import { largestSecret } from "../secret-store.js";

/** The text of a secret that came as bytes, without the line end that editors and programs add. Throws `secret_unavailable`. */
export function textOfSecret(bytes: Buffer, name: string): string {
  if (!isUtf8(bytes)) throw unusable(name, "is not UTF-8 text");
  const text = bytes.toString().replace(/\r?\n$/, "");
  if (Buffer.byteLength(text) > largestSecret) throw unusable(name, `is longer than ${largestSecret} bytes`);
  if (text.includes("\0")) throw unusable(name, "has a NUL character in it");
  if (text === "") throw unusable(name, "is empty");
  return text;
}

function unusable(name: string, why: string): BelfryError {
  return new BelfryError("secret_unavailable", `The value of the secret "${name}" ${why}.`);
}
