import { randomUUID } from "node:crypto";
import type { Permission, Resource, ServiceFactory } from "../ports.ts";
import { type User, Users } from "./cognito-users.ts";
import { AwsError, required } from "./errors.ts";
import { allow } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";

interface Input {
  UserPoolId?: string;
  Username?: string;
  GroupName?: string;
  UserAttributes?: { Name: string; Value: string }[];
  Filter?: string;
  Limit?: number;
}

/** Amazon Cognito user pools: users and groups as rows, without passwords, tokens or mails. */
export const cognito: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const users = new Users(cloud);
  const operations = { ...userOperations(users), ...groupOperations(users) };
  return {
    ...awsService({ names: ["cognito-idp"], codec: jsonCodec("1.1"), operations, counters, log: cloud.log }),
    views: {
      users: () =>
        users.pools().flatMap(({ ref }) => users.list(ref).map((user) => ({ ...user, groups: users.groupsOf(user) }))),
      stats: () => counters,
    },
  };
};

/** Every operation is allowed on the pool it names. */
function on(users: Users, action: string) {
  return ({ UserPoolId }: Input): Permission[] => allow(`cognito-idp:${action}`, poolOf(users, UserPoolId).arn);
}

function poolOf(users: Users, id: string | undefined): Resource {
  const pool = users.pools().find(({ ref }) => ref === required(id, "UserPoolId"));
  if (!pool) throw new AwsError("ResourceNotFoundException", `User pool ${id} does not exist.`);
  return pool;
}

function userOperations(users: Users): Operations {
  const get = ({ UserPoolId, Username }: Input) =>
    users.get(poolOf(users, UserPoolId).ref, required(Username, "Username"));
  const attributesOf = ({ UserAttributes = [] }: Input) =>
    Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  const changing = (action: string, change: (user: User, input: Input) => void) => ({
    needs: on(users, action),
    run: (input: Input) => change(get(input), input),
  });
  return {
    AdminCreateUser: {
      needs: on(users, "AdminCreateUser"),
      run(input: Input) {
        const pool = poolOf(users, input.UserPoolId);
        const username = required(input.Username, "Username");
        return { User: described(users.create(pool, username, attributesOf(input), randomUUID()), "Attributes") };
      },
    },
    AdminGetUser: { needs: on(users, "AdminGetUser"), run: (input: Input) => described(get(input), "UserAttributes") },
    ListUsers: {
      needs: on(users, "ListUsers"),
      run({ UserPoolId, Filter, Limit = 60 }: Input) {
        const [, name, operator, value = ""] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"(.*)"\s*$/.exec(Filter ?? "") ?? [];
        const all = users.list(poolOf(users, UserPoolId).ref);
        const holds = (user: User) => {
          const actual = { ...user.attributes, username: user.username, status: user.enabled ? "Enabled" : "Disabled" }[
            name ?? ""
          ];
          return operator === "^=" ? actual?.startsWith(value) : actual === value;
        };
        const found = name ? all.filter(holds) : all;
        return { Users: found.slice(0, Limit).map((user) => described(user, "Attributes")) };
      },
    },
    AdminUpdateUserAttributes: changing("AdminUpdateUserAttributes", (user, input) =>
      users.save({ ...user, attributes: { ...user.attributes, ...attributesOf(input) } }),
    ),
    AdminDisableUser: changing("AdminDisableUser", (user) => users.save({ ...user, enabled: false })),
    AdminEnableUser: changing("AdminEnableUser", (user) => users.save({ ...user, enabled: true })),
    AdminUserGlobalSignOut: changing("AdminUserGlobalSignOut", () => undefined),
    AdminDeleteUser: changing("AdminDeleteUser", (user) => users.remove(user)),
  };
}

function groupOperations(users: Users): Operations {
  const get = ({ UserPoolId, Username }: Input) =>
    users.get(poolOf(users, UserPoolId).ref, required(Username, "Username"));
  const groupNamed = ({ UserPoolId = "", GroupName }: Input) => {
    const group = users.groups(UserPoolId).find(({ name }) => name === GroupName);
    if (!group) throw new AwsError("ResourceNotFoundException", "Group not found.");
    return group.name;
  };
  const shown = ({ name, precedence }: { name: string; precedence: number | undefined }, UserPoolId = "") => ({
    GroupName: name,
    UserPoolId,
    Precedence: precedence,
  });
  return {
    AdminAddUserToGroup: {
      needs: on(users, "AdminAddUserToGroup"),
      run: (input: Input) => users.join(get(input), groupNamed(input)),
    },
    AdminRemoveUserFromGroup: {
      needs: on(users, "AdminRemoveUserFromGroup"),
      run: (input: Input) => users.leave(get(input), groupNamed(input)),
    },
    AdminListGroupsForUser: {
      needs: on(users, "AdminListGroupsForUser"),
      run(input: Input) {
        const names = users.groupsOf(get(input));
        const groups = users.groups(input.UserPoolId ?? "").filter(({ name }) => names.includes(name));
        return { Groups: groups.map((group) => shown(group, input.UserPoolId)) };
      },
    },
    ListUsersInGroup: {
      needs: on(users, "ListUsersInGroup"),
      run(input: Input) {
        const group = groupNamed(input);
        const members = users
          .list(poolOf(users, input.UserPoolId).ref)
          .filter((user) => users.groupsOf(user).includes(group));
        return { Users: members.map((user) => described(user, "Attributes")) };
      },
    },
    ListGroups: {
      needs: on(users, "ListGroups"),
      run: ({ UserPoolId = "" }: Input) => ({
        Groups: users.groups(UserPoolId).map((group) => shown(group, UserPoolId)),
      }),
    },
  };
}

/** AWS names the attributes of a user one way alone and another way in lists. */
function described(user: User, attributesAs: "Attributes" | "UserAttributes"): Record<string, unknown> {
  return {
    Username: user.username,
    [attributesAs]: Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
    Enabled: user.enabled,
    UserStatus: "FORCE_CHANGE_PASSWORD",
    UserCreateDate: new Date(user.createdAt),
    UserLastModifiedDate: new Date(user.modifiedAt),
  };
}
