import type { Channel } from "../channel.ts";

const DAY_MS = 86_400_000;

/** E-mail: nothing rings, so it knows no quiet hours. Mail clients cut what is larger than about 100 KB. */
export const email: Channel = {
  name: "email",
  addressKind: "email",
  consent: ["marketing"],
  caps: { marketing: { messages: 3, withinMs: 7 * DAY_MS } },
  sizeMaxBytes: 256 * 1024,
  mask(address) {
    const at = address.lastIndexOf("@");
    return `${address.slice(0, 1)}***${address.slice(at)}`;
  },
};
