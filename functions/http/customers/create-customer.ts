import { identitiesOf } from "../../../domain/customer/identity.ts";
import { ContactInput } from "../../../domain/order/snapshot.ts";
import { StoreId } from "../../../events/values.ts";
import { Problem } from "../../shell/problem.ts";
import { route } from "../../shell/route.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { customers } from "../../table/customers.ts";
import { stores } from "../../table/stores.ts";
import { storeOf } from "../scope.ts";
import { checkTimes } from "../times.ts";
import { CustomerAnswer, presentCustomer } from "./answers.ts";

/** Tells of a person. */
export const handler = route({
  summary: "Tell of a person: opens a card, or adds to the card of who has this e-mail, phone or id.",
  body: ContactInput.extend({ storeId: StoreId.optional() }),
  answers: { 200: CustomerAnswer, 201: CustomerAnswer },
  needs: { customers, customerReader, stores },
  async run({ body: { storeId, ...contact }, caller, origin, now }, context) {
    checkTimes(contact, now);
    const store = await context.stores.get(storeOf(caller, storeId), Date.parse(now));
    if (identitiesOf(contact, { storeId: store.storeId, country: store.settings.country }).length === 0) {
      const message = "A person is recognised by an e-mail, a phone or an externalId: one of them must be readable.";
      throw new Problem(400, "invalid_input", message, { errors: [{ pointer: "", code: "no_identity", message }] });
    }
    const { customerId, created } = await context.customers.tell(store, contact, now, origin, now);
    return { status: created ? 201 : 200, resource: customerId };
  },
  async present(customerId, context, caller) {
    const customer = await context.customerReader.get(customerId, {});
    return { body: presentCustomer(caller, customer), version: customer.version };
  },
});
