import { route } from "../../shell/route.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { sightOf } from "../../table/sight.ts";
import { CustomerAnswer, CustomerPath, presentCustomer } from "./answers.ts";

/** Shows one customer. */
export const handler = route({
  summary: "Get a customer's card with their numbers.",
  path: CustomerPath,
  answers: { 200: CustomerAnswer },
  needs: { customerReader },
  async run({ path, caller, origin }, context) {
    const customer = await context.customerReader.get(path.customerId, sightOf(origin));
    return { status: 200, body: presentCustomer(caller, customer), version: customer.version };
  },
});
