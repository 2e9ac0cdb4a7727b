import { readFile } from "node:fs/promises";
import { BelfryError, messageOf } from "../../core/errors.js";

export interface ValueOptions {
  fromFile?: string;
  exact?: boolean;
}

/** The value of a secret: from a file, from standard input, or typed without being shown. Never from the command line. */
export async function readValue({ fromFile, exact }: ValueOptions, prompt: string): Promise<string> {
  const bytes = fromFile === undefined ? await readInput(prompt) : await readValueFile(fromFile);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) {
    throw new BelfryError(
      "invalid_request",
      "The value is not UTF-8 text. Encode it first, such as with base64.",
    );
  }
  const value = exact === true ? text : text.replace(/\r?\n$/, "");
  if (value !== "") return value;
  throw new BelfryError("invalid_request", "The value is empty. Type it, or send it to standard input.");
}

async function readValueFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new BelfryError("invalid_request", `The file ${path} cannot be read: ${messageOf(error)}.`);
  }
}

async function readInput(prompt: string): Promise<Buffer> {
  if (process.stdin.isTTY) return readHidden(prompt);
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** One line from the terminal, which shows nothing of it. */
function readHidden(prompt: string): Promise<Buffer> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (finish: () => void): void => {
      stdin.off("data", read).setRawMode(false).pause();
      stderr.write("\n");
      finish();
    };
    const read = (bytes: Buffer): void => {
      for (const key of bytes.toString()) {
        if (key === "\r" || key === "\n" || key === "\u0004") return end(() => resolve(Buffer.from(typed)));
        if (key === "\u0003")
          return end(() => reject(new BelfryError("invalid_request", "Nothing was set.")));
        typed = key === "\u007f" ? typed.slice(0, -1) : typed + key;
      }
    };
    stderr.write(prompt);
    stdin.setRawMode(true).on("data", read).resume();
  });
}
