import { useCloud } from "./runtime-client.ts";
import { accessRules } from "./runtime-rules-access.ts";
import { apiRules } from "./runtime-rules-api.ts";
import { controlRules } from "./runtime-rules-control.ts";
import { functionRules } from "./runtime-rules-function.ts";
import { sourceRules } from "./runtime-rules-sources.ts";

useCloud();

apiRules();
functionRules();
accessRules();
sourceRules();
controlRules();
