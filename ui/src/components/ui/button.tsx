import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export interface ButtonProps extends ComponentProps<"button"> {
  /** `primary` once on a surface, `ghost` beside others, `plain` else. */
  look?: "plain" | "primary" | "ghost";
  /** `small` is 28 pixels high, for cards and their notes. */
  size?: "normal" | "small";
}

/** Returns the classes of a button, for links that look like one. */
export function buttonClass(
  look: ButtonProps["look"] = "plain",
  size: ButtonProps["size"] = "normal",
): string {
  return cn(
    "inline-flex shrink-0 items-center justify-center gap-2 border font-medium whitespace-nowrap disabled:opacity-50",
    size === "small"
      ? "h-7 gap-1.5 rounded-lg px-2.5 text-xs pointer-coarse:h-11"
      : "rounded-control h-9 px-3 pointer-coarse:h-11",
    look === "primary" && "bg-primary text-primary-foreground border-primary hover:brightness-108",
    look === "plain" && "border-border bg-card hover:bg-hover shadow-xs dark:shadow-none",
    look === "ghost" && "text-muted hover:bg-hover hover:text-foreground border-transparent",
    "[&>svg]:size-4 [&>svg]:shrink-0",
    look === "plain" && "[&>svg]:text-muted",
  );
}

/** A button with words. */
export function Button({ look, size, className, ...rest }: ButtonProps) {
  return <button type="button" className={cn(buttonClass(look, size), className)} {...rest} />;
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its name, and its tooltip. */
  label: string;
  /** `small` is 28 pixels, for the head of a card. */
  size?: "normal" | "small";
}

/** A button that is only an icon; its name is its tooltip. */
export function IconButton({ label, size = "normal", className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cn(
        "text-muted hover:bg-hover hover:text-foreground aria-expanded:bg-hover aria-expanded:text-foreground inline-grid shrink-0 place-items-center pointer-coarse:size-11",
        size === "small" ? "size-7 rounded-lg" : "rounded-control size-9",
        "[&>svg]:size-4",
        className,
      )}
      {...rest}
    />
  );
}
