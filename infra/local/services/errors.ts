/** An error that AWS itself would answer: its code and message travel to the caller over the service's own protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the answer, such as `ResourceType`. */
  readonly members: Record<string, string>;

  constructor(code: string, message: string, status = 400, members: Record<string, string> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The value of a required member of a request, or a ValidationException that names it. */
export function required<T>(value: T | null | undefined, member: string): T {
  if (value === undefined || value === null || value === "")
    throw new AwsError("ValidationException", `The parameter ${member} is required.`);
  return value;
}
