import { t } from "@lingui/core/macro";
import { useNavigate } from "@tanstack/react-router";
import {
  ChartLine,
  Compass,
  Copy,
  Download,
  Ellipsis,
  Image as ImageIcon,
  Link as LinkIcon,
  Maximize2,
  Table,
} from "lucide-react";
import type { RefObject } from "react";
import { type Asked, withOwn } from "@/api/answers";
import type { Meta } from "@/api/meta";
import { pageOf } from "@/components/layout/pages";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuRule } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { copyText, drawFile, fileName, saveFile, toPng } from "@/lib/export";
import { daysOf } from "@/lib/format";
import { useAddress } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { forOthers, type Search, travelling, withView, writeSearch } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import type { CardContent, ExploreQuestion } from "./content";
import { curlOf, saveAnswer } from "./files";
import { useMetaParts } from "./meta-footer";

export interface CardMenuProps {
  id: string;
  title: string;
  meta: Meta;
  shown: CardContent;
  answer: { asked: Asked };
  table?: string;
  csv?: string;
  explore?: ExploreQuestion;
  /** What holds the charts. */
  charts: RefObject<HTMLDivElement | null>;
  isTable: boolean;
  /** Turns the card over; absent where it has no table. */
  onTable: (() => void) | undefined;
  onFull: () => void;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  className?: string;
}

/** What can be done with a card: look at it otherwise, take it along as a file, link to it. */
export function CardMenu(props: CardMenuProps) {
  const { id, title, meta, shown, table, explore, charts, isTable, onTable } = props;
  const { asked } = props.answer;
  const format = useFormat();
  const toast = useToast();
  const navigate = useNavigate();
  const search = useAddress();
  const sources = useMetaParts(meta);
  const isShared = useShared() !== undefined;
  const [first, last] = daysOf(meta.from, meta.to, meta.timezone) ?? ["", ""];
  const name = (extension: string) => fileName(id, first, last, meta.timezone, extension);
  const draw = () => {
    const drawn = charts.current?.querySelectorAll<SVGSVGElement>("svg[data-chart]") ?? [];
    const narrowed = (["filter", "channelId", "userId", "segment"] as const).flatMap((key) =>
      search[key] ? [`${key}: ${search[key]}`] : [],
    );
    const days = first && last ? format.days(first as never, last as never) : "";
    return drawFile([...drawn], {
      title,
      caption: typeof shown.caption === "string" ? shown.caption : undefined,
      lines: [...(days ? [days] : []), ...narrowed, sources.join(" · ")],
    });
  };
  const savePicture = async (extension: "svg" | "png") => {
    const { svg, width, height } = draw();
    saveFile(
      name(extension),
      extension === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await toPng(svg, width, height),
    );
  };
  const link = () => {
    const kept = forOthers(withView(search, { card: id }));
    return `${window.location.origin}${window.location.pathname}?${writeSearch(kept)}`;
  };
  const file = (own: Record<string, string>) =>
    asked.body || isShared
      ? { onSelect: () => void saveAnswer(asked, own, name(own["format"] === "csv" ? "csv" : "json")) }
      : { href: withOwn(asked.address, own) };
  const hasChart = !isTable && !shown.empty;
  return (
    <Menu
      align="end"
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      trigger={
        <IconButton
          size="small"
          label={t`Menu of ${title}`}
          {...(props.className && { className: props.className })}
        >
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    >
      {onTable && (
        <MenuItem icon={isTable ? ChartLine : Table} hint="v" onSelect={onTable}>
          {isTable ? t`View as chart` : t`View as table`}
        </MenuItem>
      )}
      <MenuItem icon={Maximize2} onSelect={props.onFull}>
        {search["card"] === id ? t`Back to the page` : t`Full screen`}
      </MenuItem>
      {explore && !isShared && pageOf("/explore") && (
        <MenuItem
          icon={Compass}
          onSelect={() =>
            void navigate({
              to: "/explore",
              search: ((old: Search) => ({ ...travelling(old), ...exploreSearch(explore) })) as never,
            })
          }
        >
          {t`Open in Explore`}
        </MenuItem>
      )}
      <MenuRule />
      {!(isShared && props.csv) && (
        <MenuItem
          icon={Download}
          {...(props.csv ? { href: props.csv } : file({ format: "csv", ...(table && { table }) }))}
        >
          {t`Export CSV`}
        </MenuItem>
      )}
      <MenuItem icon={Download} {...file({ format: "json" })}>
        {t`Export JSON`}
      </MenuItem>
      {hasChart && charts.current?.querySelector("svg[data-chart]") && (
        <>
          <MenuItem icon={ImageIcon} onSelect={() => void savePicture("png")}>
            {t`Export PNG`}
          </MenuItem>
          <MenuItem icon={ImageIcon} onSelect={() => void savePicture("svg")}>
            {t`Export SVG`}
          </MenuItem>
        </>
      )}
      <MenuRule />
      <MenuItem icon={LinkIcon} onSelect={() => void copyText(link()).then(() => toast(t`Link copied`))}>
        {t`Copy link`}
      </MenuItem>
      {!isShared && (
        <MenuItem
          icon={Copy}
          onSelect={() => void copyText(curlOf(asked)).then(() => toast(t`Command copied`))}
        >
          {t`Copy as curl`}
        </MenuItem>
      )}
    </Menu>
  );
}

/** Returns the parameters with which Explore asks a question: names with commas between them. */
function exploreSearch({ metrics, dimensions = [], groupBy }: ExploreQuestion): Search {
  return withView({}, { metrics: metrics.join(","), dimensions: dimensions.join(","), groupBy });
}
