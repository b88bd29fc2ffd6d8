/** What the reader can put right: its message is one sentence that says how, and no stack is worth printing. */
export class SetupProblem extends Error {
  override name = "SetupProblem";
}
