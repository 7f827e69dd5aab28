import { t } from "@lingui/core/macro";
import { Copy } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";

/** Something to type into a terminal, with a button that copies it. */
export function Command({ label, children }: { label: string; children: string }) {
  const toast = useToast();
  return (
    <div className="bg-subtle rounded-control flex items-start gap-2 py-1 ps-3 pe-1">
      <pre className="min-w-0 flex-1 py-1.5 text-xs leading-5 break-words whitespace-pre-wrap">
        {children}
      </pre>
      <IconButton
        size="small"
        label={t`Copy: ${label}`}
        onClick={() => void copyText(children).then(() => toast(t`Command copied`))}
      >
        <Copy aria-hidden="true" />
      </IconButton>
    </div>
  );
}
