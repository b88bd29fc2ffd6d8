import { readFileSync } from "node:fs";
import { port } from "../../shell/port.ts";

/** The files that were built for the reference and lie beside the function's code. */
export interface DocsFiles {
  read(name: string): Buffer;
}

/** Each file is read once and kept while the process is warm. */
export const docsFiles = port("docsFiles", (): DocsFiles => {
  const known = new Map<string, Buffer>();
  return {
    read(name) {
      const content = known.get(name) ?? readFileSync(new URL(name, import.meta.url));
      known.set(name, content);
      return content;
    },
  };
});
