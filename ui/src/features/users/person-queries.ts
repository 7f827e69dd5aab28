import { type AnswerOf, answers } from "@/api/answers";
import { addDays, dateIn, parseDate } from "@/lib/plain-date";
import type { Scope } from "@/lib/url-state";

export type PersonAnswer = AnswerOf<"users/{id}">;
export type PersonDetail = PersonAnswer["user"];

const YEAR = 365;

/** What the page of a person asks for. */
export const personQueries = {
  person: (scope: Scope, id: string) => answers("users/{id}", scope, { id, limit: "10" }),
  /** A year of the person up to the last day of a span. */
  year: (scope: Scope, id: string, lastDay: string) => {
    const last = parseDate(lastDay);
    const span = last && { from: addDays(last, 1 - YEAR), to: addDays(last, 1) };
    return answers("users/{id}", { ...scope, ...span, compare: "none" }, { id, limit: "1" });
  },
  /** How everybody was received who came on the day of the person. */
  arrivals: (scope: Scope, signedUpAt: string, zone: string) => {
    const day = dateIn(signedUpAt, zone);
    return answers("newcomers", { ...scope, from: day, to: addDays(day, 1) }, { limit: "1000" });
  },
};
