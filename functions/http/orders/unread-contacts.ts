import { normalizeEmail, normalizePhone } from "../../../domain/customer/identity.ts";
import type { ContactInput } from "../../../domain/order/snapshot.ts";
import type { FieldError } from "../../shell/problem.ts";

/** What of a buyer's contact cannot be read: the order is kept without it, and who sent it is told. */
export function unreadContacts(customer: ContactInput | undefined, country: string): FieldError[] {
  const { email, phone } = customer ?? {};
  const unread = (name: string, message: string) => ({ pointer: `/customer/${name}`, code: "not_readable", message });
  return [
    ...(email && normalizeEmail(email) === undefined ? [unread("email", "This is no e-mail address.")] : []),
    ...(phone && normalizePhone(phone, country) === undefined
      ? [unread("phone", "There is no such phone number: with + and its country's code it is read everywhere.")]
      : []),
  ];
}
