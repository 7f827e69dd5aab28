import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

const LOOK =
  "border-control rounded-control bg-card placeholder:text-muted w-full min-w-0 border px-3 pointer-coarse:min-h-11 aria-invalid:border-bad";

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with what was entered. */
  problem?: string | undefined;
  children: (props: {
    id: string;
    "aria-describedby"?: string;
    "aria-invalid"?: true;
    className: string;
  }) => ReactNode;
  className?: string;
}

/** Something to fill in, with its name above and what is to be known of it below. */
export function Field({ label, hint, problem, children, className }: FieldProps) {
  const [id, note] = [useId(), useId()];
  const text = problem ?? hint;
  return (
    <div className={cn("min-w-0", className)}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      {children({
        id,
        ...(text && { "aria-describedby": note }),
        ...(problem && { "aria-invalid": true }),
        className: cn(LOOK, "h-10"),
      })}
      {text && (
        <p id={note} className={cn("mt-1.5 text-xs", problem ? "text-bad" : "text-muted")}>
          {text}
        </p>
      )}
    </div>
  );
}

export type TextFieldProps = Omit<FieldProps, "children"> & Omit<ComponentProps<"input">, "id" | "className">;

/** A field for a line of text, a number or a date. */
export function TextField({ label, hint, problem, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} problem={problem} {...(className && { className })}>
      {(props) => <input {...props} {...input} />}
    </Field>
  );
}

export type ChoiceFieldProps = Omit<FieldProps, "children"> & {
  options: readonly { value: string; title: string }[];
  value: string;
  onChange: (value: string) => void;
};

/** A field for one of a few things. */
export function ChoiceField({ label, hint, problem, className, options, value, onChange }: ChoiceFieldProps) {
  return (
    <Field label={label} hint={hint} problem={problem} {...(className && { className })}>
      {(props) => (
        <select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
