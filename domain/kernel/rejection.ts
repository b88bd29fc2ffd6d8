/** The business says no. `code` is permanent; `facts` are numbers and ids that help, never personal data. */
export class Rejection extends Error {
  readonly code: string;
  readonly facts: Record<string, unknown>;

  constructor(code: string, sentence: string, facts: Record<string, unknown> = {}) {
    super(sentence);
    this.name = "Rejection";
    this.code = code;
    this.facts = facts;
  }
}

/** Stops a decision. A code that ends in `_not_found` answers 404, `stale_version` 412, any other 409. */
export function reject(code: string, sentence: string, facts?: Record<string, unknown>): never {
  throw new Rejection(code, sentence, facts);
}

/** Marks a place that the types already exclude. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
