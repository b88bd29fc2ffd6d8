import * as z from "zod";
import { personal } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { fieldsOf } from "../../table/buyers.ts";
import { customerEditor } from "../../table/customer-editor.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { PersonInput, personOf, unreadOf, warnings } from "../person.ts";
import { checkTimes } from "../times.ts";
import { CustomerPath, presentCustomer, ToldCustomerAnswer } from "./answers.ts";

const TAGS_MAX = 100;
const tag = personal(z.string().trim().min(1).max(60));

/** Changes a customer's card. */
export const handler = route({
  summary: "Change attributes and tags of a customer's card; what is not given stays.",
  path: CustomerPath,
  body: PersonInput.omit({ externalId: true, email: true, phone: true, consents: true }).extend({
    /** The whole list: tags that are not in it go. */
    tags: z.array(tag).max(TAGS_MAX).optional(),
  }),
  answers: { 200: ToldCustomerAnswer },
  needs: { customerEditor, customerReader },
  guarded: true,
  async run({ path: { customerId }, body: { tags, ...contact }, origin, ifMatch, now }, context) {
    checkTimes(contact, now);
    const change = { fields: fieldsOf(personOf(contact)), tags: tags && [...new Set(tags)], version: ifMatch };
    await context.customerEditor.change(customerId, change, origin, now);
    return { status: 200, resource: customerId };
  },
  async present(customerId, context, caller, _event, person) {
    const customer = await context.customerReader.get(customerId, {});
    const unread = warnings(unreadOf(person, ""));
    return { body: { ...presentCustomer(caller, customer), ...unread }, version: customer.version };
  },
});
