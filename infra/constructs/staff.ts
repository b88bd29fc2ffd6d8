import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  Mfa,
  UserPool,
  type UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";

/** The groups of staff, most powerful first: Cognito gives the lowest number precedence. */
const GROUPS = ["owner", "manager", "marketer", "finance"] as const;

export interface StaffProps {
  /** The address of the first owner; absent where another identity provider knows the staff. */
  firstOwner?: string;
  /** Whether a code of an authenticator app is asked for at every sign-in, or only of those who set one up. */
  mfa: "required" | "optional";
  keep: boolean;
  removal: RemovalPolicy;
}

/** Who may sign in: a pool that only an owner fills, its four groups, and the first owner. */
export class Staff extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: StaffProps) {
    super(scope, id);
    this.pool = new UserPool(this, "Pool", {
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      autoVerify: { email: true },
      deletionProtection: props.keep,
      mfa: props.mfa === "required" ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(7),
      },
      removalPolicy: props.removal,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
    });
    this.client = this.pool.addClient("Client", {
      accessTokenValidity: Duration.hours(1),
      authFlows: { userSrp: true },
      disableOAuth: true,
      idTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
      refreshTokenValidity: Duration.days(30),
    });
    const [owner] = GROUPS.map((name, precedence) => this.group(name, precedence));
    if (owner !== undefined && props.firstOwner !== undefined) this.firstOwner(props.firstOwner, owner);
  }

  private group(groupName: string, precedence: number): CfnUserPoolGroup {
    const { userPoolId } = this.pool;
    return new CfnUserPoolGroup(this, groupName, { groupName, precedence, userPoolId });
  }

  /** Cognito mails a temporary password to the address. */
  private firstOwner(email: string, group: CfnUserPoolGroup): void {
    const { userPoolId } = this.pool;
    const user = new CfnUserPoolUser(this, "FirstOwner", {
      desiredDeliveryMediums: ["EMAIL"],
      userAttributes: [
        { name: "email", value: email },
        { name: "email_verified", value: "true" },
      ],
      username: email,
      userPoolId,
    });
    new CfnUserPoolUserToGroupAttachment(this, "FirstOwnerRole", {
      groupName: group.ref,
      username: user.ref,
      userPoolId,
    });
  }
}
