import { callAws } from "./aws-call.ts";
import { port, type Runtime, setting } from "./port.ts";

/** Large raw bytes, encrypted at rest by the bucket's own key. */
export interface Bucket {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** `undefined` when there is no such object (any more). */
  get(key: string): Promise<Buffer | undefined>;
}

const escaped = (part: string) =>
  encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Where an object is: below the bucket's own host, or, at an endpoint of one's own, below its name. */
function addressOf(runtime: Runtime, key: string): URL {
  const bucket = setting(runtime, "BUCKET_NAME");
  const region = setting(runtime, "AWS_REGION");
  const path = key.split("/").map(escaped).join("/");
  const endpoint = runtime.env.AWS_ENDPOINT_URL_S3 ?? runtime.env.AWS_ENDPOINT_URL;
  if (endpoint) return new URL(`/${bucket}/${path}`, endpoint);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/${path}`);
}

/** The bucket of this deployment. Two plain requests: the SDK's client for them is a third of a bundle. */
export const bucket = port("bucket", (runtime): Bucket => {
  return {
    async put(key, body) {
      const answer = await callAws(runtime, { service: "s3", method: "PUT", url: addressOf(runtime, key), body });
      if (!answer.ok) throw new Error(`The bucket refuses an object with ${answer.status}.`);
    },
    async get(key) {
      const answer = await callAws(runtime, { service: "s3", method: "GET", url: addressOf(runtime, key) });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`The bucket refuses to read an object with ${answer.status}.`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
});
