import { route } from "../../shell/route.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { storeFilter } from "../scope.ts";
import { CustomerAnswer, CustomerPath, presentCustomer } from "./answers.ts";

/** Shows one customer. */
export const handler = route({
  summary: "Get a customer's card with their numbers.",
  path: CustomerPath,
  answers: { 200: CustomerAnswer },
  needs: { customerReader },
  async run({ path, caller }, context) {
    const customer = await context.customerReader.get(path.customerId, storeFilter(caller, undefined));
    return { status: 200, body: presentCustomer(caller, customer), version: customer.version };
  },
});
