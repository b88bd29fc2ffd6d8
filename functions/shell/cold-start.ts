import * as z from "zod";

/**
 * Imported before all else, because schemas take this on when they are made. zod would compile each schema to a
 * function at its first use: the first order of a process is then read three times slower than plainly, and those
 * after it hardly any quicker.
 */
z.config({ jitless: true });
