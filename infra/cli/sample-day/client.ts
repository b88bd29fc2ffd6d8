/** Talks to a running Kolo through its public endpoints and, for time and outboxes, the local cloud's own. */
export class Client {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The JSON of an answer; an answer that is not a success is an error with its text. */
  async json<T>(path: string, options: { token?: string; method?: string; body?: unknown } = {}): Promise<T> {
    const { token, method = "GET", body } = options;
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** Posts raw bytes with headers, as a platform does; gives the status. */
  async deliver(path: string, body: string, headers: Record<string, string>): Promise<number> {
    const answer = await fetch(this.#url + path, { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** What the local cloud's clock shows, in ms. */
  async now(): Promise<number> {
    return Date.parse((await this.json<{ now: string }>("/_local/clock")).now);
  }

  /** Moves the clock; everything that falls due has run when it returns. */
  async advance(seconds: number): Promise<void> {
    if (seconds > 0) await this.json("/_local/clock", { method: "POST", body: { advanceSeconds: seconds } });
  }

  /** Waits until nothing is in flight. */
  async settle(): Promise<void> {
    await this.json("/_local/settle", { method: "POST", body: {} });
  }
}
