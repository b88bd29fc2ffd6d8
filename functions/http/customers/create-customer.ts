import { identitiesOf } from "../../../domain/customer/identity.ts";
import { StoreId } from "../../../events/values.ts";
import { Problem } from "../../shell/problem.ts";
import { route } from "../../shell/route.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { customers } from "../../table/customers.ts";
import { stores } from "../../table/stores.ts";
import { PersonInput, personOf, unreadOf, warnings } from "../person.ts";
import { storeOf } from "../scope.ts";
import { checkTimes } from "../times.ts";
import { presentCustomer, ToldCustomerAnswer } from "./answers.ts";

/** Tells of a person. */
export const handler = route({
  summary: "Tell of a person: opens a card, or adds to the card of who has this e-mail, phone or id.",
  body: PersonInput.extend({ storeId: StoreId.optional() }),
  answers: { 200: ToldCustomerAnswer, 201: ToldCustomerAnswer },
  needs: { customers, customerReader, stores },
  async run({ body: { storeId, ...person }, caller, origin, now }, context) {
    const contact = personOf(person);
    checkTimes(contact, now);
    const store = await context.stores.get(storeOf(caller, storeId), Date.parse(now));
    if (identitiesOf(contact, { storeId: store.storeId, country: store.settings.country }).length === 0) {
      const message = "A person is recognised by an e-mail, a phone or an externalId: one of them must be readable.";
      throw new Problem(400, "invalid_input", message, { errors: [{ pointer: "", code: "no_identity", message }] });
    }
    const { customerId, created } = await context.customers.tell(store, contact, now, origin, now);
    return { status: created ? 201 : 200, resource: customerId };
  },
  async present(customerId, context, caller, _event, person) {
    const customer = await context.customerReader.get(customerId, {});
    const { settings } = await context.stores.get(storeOf(caller, person.storeId), Date.parse(context.clock.now()));
    const unread = warnings(unreadOf(person, settings.country));
    return { body: { ...presentCustomer(caller, customer), ...unread }, version: customer.version };
  },
});
