/** An apply would change something, and `--exit-code` was asked for. */
export class ChangesPlanned extends Error {
  override readonly name = "ChangesPlanned";
}
