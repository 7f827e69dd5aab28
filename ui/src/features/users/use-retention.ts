import { type AnswerOf, answers } from "@/api/answers";
import { type Answer, useAnswer } from "@/api/use-answer";
import { useScope } from "@/lib/scope";
import { useView } from "@/lib/view";
import { MODES, type Mode, stepDays, type Width } from "./retention-model";

export type Retention = AnswerOf<"retention">;

/** A retention as its cards take it: the answer, and how it was asked for. */
export interface AskedRetention {
  answer: Answer<Retention>;
  mode: Mode;
  setMode: (mode: Mode) => void;
  width: Width;
  days: number[];
}

/** Asks who came back after signing up, by cohorts of the width of the page. */
export function useRetention(): AskedRetention {
  const [scope] = useScope();
  const [asked, setAsked] = useView("mode");
  const mode = MODES.find((one) => one === asked) ?? "day";
  const width: Width = scope.groupBy === "day" || scope.groupBy === "month" ? scope.groupBy : "week";
  const days = stepDays(width);
  const answer = useAnswer(
    answers("retention", { ...scope, groupBy: width }, { mode, days: days.join(",") }),
  );
  return { answer, mode, setMode: (next) => setAsked(next === "day" ? undefined : next), width, days };
}
