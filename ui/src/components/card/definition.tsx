import { t } from "@lingui/core/macro";
import { Info, X } from "lucide-react";
import { lazy, Suspense } from "react";
import type { Asked } from "@/api/answers";
import type { Meta } from "@/api/meta";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Pop } from "@/components/ui/pop";
import { useIsNarrow } from "@/lib/use-size";

const DefinitionContent = lazy(async () => ({
  default: (await import("./definition-content")).DefinitionContent,
}));

export interface DefinitionProps {
  title: string;
  meta: Meta;
  /** Names of `GET /metrics`, the main one first. */
  metrics: string[];
  asked: Asked;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  className?: string;
}

/** "How is this computed": the button beside a title, and what it opens. */
export function Definition(props: DefinitionProps) {
  const { title, meta, isOpen, onOpenChange, className } = props;
  const isNarrow = useIsNarrow();
  return (
    <Pop
      title={title}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      className="w-[440px] max-w-[calc(100vw-16px)]"
      trigger={
        <IconButton size="small" label={t`How is ${title} computed`} {...(className && { className })}>
          <Info aria-hidden="true" />
        </IconButton>
      }
    >
      {!isNarrow && (
        <div className="flex items-center gap-2 ps-5 pe-3 pt-3">
          <h3 className="text-base font-semibold tracking-tight">{title}</h3>
          <Badge look={meta.approximate ? "warn" : "good"} className="ms-auto">
            {meta.approximate ? t`≈ sampled` : t`exact`}
          </Badge>
          <IconButton size="small" label={t`Close`} onClick={() => onOpenChange(false)}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      )}
      {isOpen && (
        <Suspense>
          <DefinitionContent {...props} />
        </Suspense>
      )}
    </Pop>
  );
}
