import { describe, expect, it } from "vitest";
import { localSettings, parseSettings } from "../../infra/settings.ts";
import { edgeSettings } from "../support/edge.ts";
import { readable, templates } from "../support/templates.ts";

const settings = parseSettings({ ...localSettings(), stage: "prod", edge: edgeSettings });
const cloud = templates(settings);
const locked = templates(parseSettings({ ...settings, edge: { ...edgeSettings, locked: true } }));
const only = (type: string) => {
  const [one, ...more] = cloud.of(type);
  if (one === undefined || more.length > 0) throw new Error(`Expected one ${type}.`);
  return one.properties;
};
const distribution = () => only("AWS::CloudFront::Distribution").DistributionConfig;
const variables = (of: typeof cloud) =>
  of.of("AWS::Lambda::Function").map(({ properties }) => properties.Environment.Variables as Record<string, unknown>);

describe("the edge", () => {
  it("is not there unless the settings say so", () => {
    const without = templates();
    expect(without.stacks.map(({ name }) => name)).toEqual([
      "kolo-local-data",
      "kolo-local-core",
      "kolo-local-operations",
    ]);
    expect(without.of("AWS::SecretsManager::Secret").map(({ properties }) => properties.Name)).toEqual([
      undefined,
      undefined,
    ]);
    expect(variables(without).filter(({ EDGE_HOST, EDGE_SECRET_ARN }) => EDGE_HOST ?? EDGE_SECRET_ARN)).toEqual([]);
  });

  it("speaks TLS 1.2 or newer on both sides, and serves its own name", () => {
    const { Aliases, DefaultCacheBehavior, Origins, ViewerCertificate } = distribution();
    expect(Aliases).toEqual(["crm.shop.example"]);
    expect(ViewerCertificate).toMatchObject({ MinimumProtocolVersion: "TLSv1.2_2021", SslSupportMethod: "sni-only" });
    expect(DefaultCacheBehavior.ViewerProtocolPolicy).toBe("https-only");
    expect(Origins[0].CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: "https-only",
      OriginSSLProtocols: ["TLSv1.2"],
    });
  });

  it("keeps no answer and passes every method", () => {
    const { AllowedMethods, CachePolicyId } = distribution().DefaultCacheBehavior;
    expect(AllowedMethods).toHaveLength(7);
    // AWS's own policy CachingDisabled.
    expect(CachePolicyId).toBe("4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
  });

  it("shows the gate a secret that no template holds", () => {
    const [{ HeaderName, HeaderValue }] = distribution().Origins[0].OriginCustomHeaders;
    expect(HeaderName).toBe("x-kolo-origin");
    expect(HeaderValue).toBe("{{resolve:secretsmanager:kolo-prod-origin:SecretString:current::}}");
    const origin = cloud.of("AWS::SecretsManager::Secret").find(({ properties }) => properties.Name);
    expect(origin?.properties).toMatchObject({ Name: "kolo-prod-origin", ReplicaRegions: [{ Region: "us-east-1" }] });
  });

  it("keeps no log of its own: paths and queries may be secrets", () => {
    expect(distribution().Logging).toBeUndefined();
    expect(cloud.of("AWS::WAFv2::LoggingConfiguration")).toEqual([]);
    expect(JSON.stringify(only("AWS::WAFv2::WebACL"))).not.toContain('"SampledRequestsEnabled":true');
  });
});

describe("the firewall", () => {
  it("slows floods of one address, and has AWS's rules for bad addresses and known attacks", () => {
    const { Rules, Scope, DefaultAction } = only("AWS::WAFv2::WebACL");
    expect([Scope, DefaultAction]).toEqual(["CLOUDFRONT", { Allow: {} }]);
    expect(Rules.map(({ Name }: { Name: string }) => Name)).toEqual([
      "Flood",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
    expect(Rules[0].Statement.RateBasedStatement).toMatchObject({ Limit: 6_000, EvaluationWindowSec: 60 });
    expect(readable(distribution().WebACLId)).toBe("FirewallAcl");
  });

  it("never judges a delivery: its signature does", () => {
    const { Rules } = only("AWS::WAFv2::WebACL");
    for (const { Statement } of Rules) {
      const [inner] = Object.values(Statement) as { ScopeDownStatement: object }[];
      expect(inner?.ScopeDownStatement).toMatchObject({
        NotStatement: {
          Statement: { ByteMatchStatement: { SearchString: "/v1/hooks/", PositionalConstraint: "STARTS_WITH" } },
        },
      });
    }
  });

  it("refuses no order for its size or its words", () => {
    const { RuleActionOverrides } = only("AWS::WAFv2::WebACL").Rules[3].Statement.ManagedRuleGroupStatement;
    const counted = RuleActionOverrides.map(({ Name }: { Name: string }) => Name);
    expect(counted).toEqual(
      expect.arrayContaining(["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericRFI_BODY"]),
    );
  });
});

describe("the gate behind the edge", () => {
  it("is at the edge's name once that is locked", () => {
    const urlOf = ({ stacks }: typeof cloud) => stacks.find(({ name }) => name === "kolo-prod-core")?.outputs.ApiUrl;
    expect(urlOf(locked)).toBe("https://crm.shop.example");
    expect(readable(urlOf(cloud))).toBe("ApiHttp");
  });

  it("knows the edge's name, and asks for the secret only when the edge is locked", () => {
    const routed = variables(cloud).filter(({ JWT_ISSUER }) => JWT_ISSUER);
    expect(routed.every(({ EDGE_HOST }) => EDGE_HOST === "crm.shop.example")).toBe(true);
    expect(variables(cloud).filter(({ EDGE_SECRET_ARN }) => EDGE_SECRET_ARN)).toEqual([]);
    const asking = variables(locked).filter(({ EDGE_SECRET_ARN }) => EDGE_SECRET_ARN);
    expect(asking).toHaveLength(routed.length);
    expect(new Set(asking.map(({ EDGE_SECRET_ARN }) => readable(EDGE_SECRET_ARN)))).toEqual(new Set(["Origin"]));
  });
});

describe("the settings of the edge", () => {
  it.each([
    ["domain", "https://crm.shop.example"],
    ["certificate", "arn:aws:acm:eu-central-1:111122223333:certificate/1"],
    ["apiHost", "crm.shop.example"],
  ])("refuse a wrong %s", (name, value) => {
    expect(() => parseSettings({ ...settings, edge: { ...edgeSettings, [name]: value } })).toThrow(`edge.${name}`);
  });
});
