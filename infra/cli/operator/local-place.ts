import { OperatorProblem, type Place } from "./place.ts";

interface Topology {
  endpoint: string;
  region: string;
  resources: { stack: string; logicalId: string; type: string; ref: string }[];
}

/** Keys that no function has are the operator's; signatures are not looked at. */
const CREDENTIALS = { accessKeyId: "operator", secretAccessKey: "local" };

/** The local cloud that listens at an origin. */
export async function localPlace(origin: string): Promise<Place> {
  const url = origin.replace(/\/$/, "");
  const control = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/_local/${path}`).catch((cause: unknown) => {
      throw new OperatorProblem(`No local cloud answers at ${url}: start one with \`npm start\`.`, { cause });
    });
    if (!answer.ok) throw new OperatorProblem(`${url} is no local cloud: /_local/${path} answers ${answer.status}.`);
    return answer.json() as Promise<T>;
  };
  const { endpoint, region, resources } = await control<Topology>("topology");
  return {
    title: `The local cloud at ${url}`,
    isLocal: true,
    stage: /^kolo-(.+)-data$/.exec(resources.find(({ stack }) => stack.endsWith("-data"))?.stack ?? "")?.[1] ?? "local",
    url,
    access: { region, endpoint, credentials: CREDENTIALS },
    resources: resources.map(({ logicalId, type, ref }) => ({ logicalId, type, id: ref })),
    now: async () => new Date((await control<{ now: string }>("clock")).now),
    token: async () => (await control<{ manager: string }>("credentials")).manager,
  };
}
