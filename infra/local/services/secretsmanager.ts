import { randomUUID } from "node:crypto";
import type { GetSecretValueRequest } from "@aws-sdk/client-secrets-manager";
import type { Permission, ServiceFactory, Topology } from "../ports.ts";
import { AwsError } from "./errors.ts";
import { allow, keyUse } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";
import { Secrets, secretName, type Version } from "./secrets.ts";
import { type PasswordRules, randomPassword } from "./secrets-password.ts";

/** AWS Secrets Manager: the secrets of the templates, generated once and kept. */
export const secretsmanager: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const secrets = new Secrets(cloud);
  const operations = { ...valueOperations(cloud.topology, secrets), ...otherOperations(cloud.topology, secrets) };
  return {
    ...awsService({ names: ["secretsmanager"], codec: jsonCodec("1.1"), operations, counters, log: cloud.log }),
    views: { stats: () => counters },
  };
};

type Named = { SecretId?: string };
type PutInput = Named & {
  ClientRequestToken?: string;
  SecretString?: string;
  SecretBinary?: string;
  VersionStages?: string[];
};

/** What an action on a secret needs, its key included. */
function permissionsOf(topology: Topology, secrets: Secrets) {
  return (action: string, ...keyActions: string[]) =>
    ({ SecretId = "" }: Named): Permission[] => {
      const secret = secrets.find(SecretId);
      const unknown = `arn:aws:secretsmanager:${topology.region}:${topology.account}:secret:${SecretId}`;
      const keyId = secret?.properties.KmsKeyId;
      return [
        ...allow(`secretsmanager:${action}`, secret?.arn ?? unknown),
        ...keyUse(topology, keyId, "secretsmanager", ...keyActions),
      ];
    };
}

function valueOperations(topology: Topology, secrets: Secrets): Operations {
  const on = permissionsOf(topology, secrets);
  return {
    GetSecretValue: {
      needs: on("GetSecretValue", "kms:Decrypt"),
      run({ SecretId, VersionId, VersionStage = VersionId ? undefined : "AWSCURRENT" }: GetSecretValueRequest) {
        const { arn } = secrets.get(SecretId);
        const version = secrets
          .versions(arn)
          .find(
            ({ id, stages }) => (!VersionId || id === VersionId) && (!VersionStage || stages.includes(VersionStage)),
          );
        if (!version)
          throw new AwsError(
            "ResourceNotFoundException",
            `Secrets Manager can't find the secret value for ${VersionStage}.`,
          );
        return {
          ...described(arn, version),
          ...(version.text === null ? { SecretBinary: version.bytes } : { SecretString: version.text }),
          CreatedDate: new Date(version.createdAt),
        };
      },
    },
    PutSecretValue: {
      needs: on("PutSecretValue", "kms:GenerateDataKey", "kms:Decrypt"),
      run({ SecretId, ClientRequestToken = randomUUID(), SecretString, SecretBinary, VersionStages }: PutInput) {
        const { arn } = secrets.get(SecretId);
        const stages = VersionStages ?? ["AWSCURRENT"];
        return described(arn, secrets.put(arn, ClientRequestToken, SecretString ?? null, SecretBinary ?? null, stages));
      },
    },
  };
}

function otherOperations(topology: Topology, secrets: Secrets): Operations {
  const on = permissionsOf(topology, secrets);
  return {
    DescribeSecret: {
      needs: on("DescribeSecret"),
      run({ SecretId }: Named) {
        const { arn, properties } = secrets.get(SecretId);
        const stages = secrets.versions(arn).map((version) => [version.id, version.stages]);
        const { Description, KmsKeyId } = properties;
        return {
          ARN: arn,
          Name: secretName(arn),
          Description,
          KmsKeyId,
          VersionIdsToStages: Object.fromEntries(stages),
        };
      },
    },
    ListSecrets: {
      needs: () => allow("secretsmanager:ListSecrets", "*"),
      run: () => ({
        SecretList: secrets.all().map(({ arn }) => ({ ARN: arn, Name: secretName(arn) })),
      }),
    },
    GetRandomPassword: {
      needs: () => allow("secretsmanager:GetRandomPassword", "*"),
      run: (input: PasswordRules) => ({ RandomPassword: randomPassword(input) }),
    },
  };
}

function described(arn: string, { id, stages }: Version): Record<string, unknown> {
  return { ARN: arn, Name: secretName(arn), VersionId: id, VersionStages: stages };
}
