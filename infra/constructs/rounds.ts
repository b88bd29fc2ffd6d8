import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { AppFunction } from "./app-function.ts";
import { allow } from "./grants.ts";
import { RETRY, TRACING } from "./state-machine.ts";

export interface RoundsProps {
  task: AppFunction;
  /** Runs at most; work that is not done by then fails the execution. */
  max: number;
  tracing: boolean;
}

/**
 * Runs a function again and again, each time with its last answer, until that says `done`: work that outlasts Lambda's
 * 15 minutes and so Express, too. Standard keeps the answers as its history; a run costs three transitions.
 */
export class Rounds extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { task, max, tracing }: RoundsProps) {
    super(scope, id);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    role.addToPolicy(allow(["lambda:InvokeFunction"], [task.handler.functionArn]));
    if (tracing) role.addToPolicy(allow(TRACING, ["*"]));
    const machine = new CfnStateMachine(this, "Machine", {
      definitionString: Stack.of(this).toJsonString(definition(task, max)),
      roleArn: role.roleArn,
      stateMachineType: "STANDARD",
      tracingConfiguration: { enabled: tracing },
    });
    machine.node.addDependency(role);
    this.arn = machine.attrArn;
  }
}

function definition(task: AppFunction, max: number): object {
  return {
    StartAt: "Begin",
    States: {
      Begin: { Type: "Pass", Result: { round: 1, answer: {} }, Next: "Run" },
      Run: {
        Type: "Task",
        Resource: task.handler.functionArn,
        InputPath: "$.answer",
        ResultPath: "$.answer",
        TimeoutSeconds: task.timeout.toSeconds() + 5,
        Retry: RETRY,
        Next: "Ask",
      },
      Ask: {
        Type: "Choice",
        Choices: [
          { Variable: "$.answer.done", BooleanEquals: true, Next: "Done" },
          { Variable: "$.round", NumericGreaterThanEquals: max, Next: "Unfinished" },
        ],
        Default: "Again",
      },
      Again: {
        Type: "Pass",
        Parameters: { "round.$": "States.MathAdd($.round, 1)", "answer.$": "$.answer" },
        Next: "Run",
      },
      Done: { Type: "Succeed" },
      Unfinished: { Type: "Fail", Error: "Unfinished", Cause: `${task.name} is not done after ${max} rounds.` },
    },
  };
}
