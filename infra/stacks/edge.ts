import { CfnOutput, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { Construct } from "constructs";
import { Firewall } from "../constructs/firewall.ts";
import type { EdgeSettings } from "../settings.ts";
import { originSecretName } from "./data.ts";

/** CloudFront's certificates and firewalls are kept there, and nowhere else. */
export const EDGE_REGION = "us-east-1";
/** The header by which the gate knows that a request came by the edge. */
export const ORIGIN_HEADER = "x-kolo-origin";

export interface EdgeStackProps extends StackProps {
  stage: string;
  edge: EdgeSettings;
}

/** A name of one's own for the API, with a firewall before it. Nothing is cached, and nothing is logged. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { stage, edge, ...props }: EdgeStackProps) {
    super(scope, id, props);
    // The text stays in Secrets Manager: the template only says where CloudFormation finds it.
    const secret = SecretValue.secretsManager(originSecretName(stage), { jsonField: "current" }).unsafeUnwrap();
    const distribution = new Distribution(this, "Distribution", {
      certificate: Certificate.fromCertificateArn(this, "Certificate", edge.certificate),
      // A changed comment has CloudFormation read the secret again.
      comment: `kolo ${stage}, turn ${edge.turn}`,
      defaultBehavior: {
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        origin: new HttpOrigin(edge.apiHost, {
          customHeaders: { [ORIGIN_HEADER]: secret },
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        }),
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      },
      domainNames: [edge.domain],
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: new Firewall(this, "Firewall", { stage, requestsPerMinute: edge.requestsPerMinute }).arn,
    });
    new CfnOutput(this, "DistributionDomain", { value: distribution.distributionDomainName });
  }
}
