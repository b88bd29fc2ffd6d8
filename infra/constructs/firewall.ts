import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";

/** Deliveries are judged by their signatures: a firewall would refuse authentic ones for their words. */
const DELIVERIES = "/v1/hooks/";
const RATE_WINDOW_SECONDS = 60;

/** What these look for is in honest orders, too: addresses of pages, notes in HTML, long cursors, plain clients. */
const ONLY_COUNTED = [
  "CrossSiteScripting_BODY",
  "EC2MetaDataSSRF_BODY",
  "GenericLFI_BODY",
  "GenericRFI_BODY",
  "NoUserAgent_HEADER",
  "SizeRestrictions_BODY",
  "SizeRestrictions_QUERYSTRING",
];

export interface FirewallProps {
  stage: string;
  /** Of one address; deliveries are not counted, because providers send from a few. */
  requestsPerMinute: number;
}

/** AWS WAF before CloudFront: bad addresses, known attacks, floods. It keeps no samples: a path may be a secret. */
export class Firewall extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { stage, requestsPerMinute }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, "Acl", {
      defaultAction: { allow: {} },
      name: `kolo-${stage}`,
      rules: [
        flood(requestsPerMinute),
        managed("AWSManagedRulesAmazonIpReputationList", 1),
        managed("AWSManagedRulesKnownBadInputsRuleSet", 2),
        managed("AWSManagedRulesCommonRuleSet", 3, ONLY_COUNTED),
      ],
      scope: "CLOUDFRONT",
      visibilityConfig: seenAs(`kolo-${stage}`),
    });
    this.arn = acl.attrArn;
  }
}

function flood(limit: number): CfnWebACL.RuleProperty {
  return {
    name: "Flood",
    priority: 0,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: RATE_WINDOW_SECONDS,
        limit,
        scopeDownStatement: butDeliveries(),
      },
    },
    visibilityConfig: seenAs("Flood"),
  };
}

function managed(name: string, priority: number, counted: readonly string[] = []): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        scopeDownStatement: butDeliveries(),
        vendorName: "AWS",
      },
    },
    visibilityConfig: seenAs(name),
  };
}

function butDeliveries(): CfnWebACL.StatementProperty {
  return {
    notStatement: {
      statement: {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "STARTS_WITH",
          searchString: DELIVERIES,
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      },
    },
  };
}

function seenAs(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
