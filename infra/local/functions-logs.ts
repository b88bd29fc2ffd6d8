const LINES_KEPT = 300;

/** What one function wrote, its newest lines kept and every byte counted. */
export class FunctionLog {
  readonly #lines: string[] = [];
  #rest = "";
  #decoder = new TextDecoder();
  /** Bytes the function wrote itself. */
  bytes = 0;
  /** Bytes of the lines that the platform adds on AWS. */
  platformBytes = 0;
  count = 0;

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#keep(line);
  }

  /** Counts the START, END and REPORT lines that AWS writes around an invocation. */
  report(requestId: string, durationMs: number, memoryMb: number): void {
    const billed = Math.ceil(durationMs);
    const duration = `Duration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billed} ms`;
    const memory = `Memory Size: ${memoryMb} MB\tMax Memory Used: ${memoryMb} MB\t`;
    const lines = [
      `START RequestId: ${requestId} Version: $LATEST`,
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\t${duration}\t${memory}`,
    ];
    for (const line of lines) this.platformBytes += line.length + 1;
  }

  /** The newest lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  #keep(line: string): void {
    this.count += 1;
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }
}
