import { describe, expect, it } from "vitest";
import { own } from "../../../domain/kernel/own.ts";

describe("a table of ours", () => {
  const table = { processing: "new", empty: "" };

  it("says what stands under a name", () => {
    expect([own(table, "processing"), own(table, "empty")]).toEqual(["new", ""]);
  });

  it.each(["constructor", "hasOwnProperty", "__proto__", "toString", "other"])("says nothing of %s", (name) => {
    expect(own(table, name)).toBeUndefined();
  });
});
