/** Some secrets cannot be had. It has been told by then. */
export class SecretsMissing extends Error {
  override readonly name = "SecretsMissing";

  constructor(missing: readonly { key: string }[]) {
    super(`These secrets cannot be had: ${missing.map(({ key }) => key).join(", ")}.`);
  }
}
