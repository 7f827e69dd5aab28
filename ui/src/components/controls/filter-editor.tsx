import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { ChevronLeft } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { type Condition, FILTER_FIELDS } from "./filter-fields";
import { FilterValues } from "./filter-values";
import { Option } from "./option";

export interface FilterEditorProps {
  /** The condition that is changed; a new one where there is none. */
  condition?: Condition | undefined;
  onApply: (condition: Condition) => void;
}

/** Makes a condition: first the field, then is or is not, then values. */
export function FilterEditor({ condition, onApply }: FilterEditorProps) {
  const { i18n } = useLingui();
  const [fieldName, setFieldName] = useState(condition?.field);
  const [isNot, setNot] = useState(condition?.isNot ?? false);
  const [values, setValues] = useState(condition?.values ?? []);
  const field = FILTER_FIELDS.find((known) => known.field === fieldName);
  if (!field) {
    return (
      <div className="flex w-64 flex-col p-1.5 max-sm:w-auto">
        {FILTER_FIELDS.map((known) => (
          <Option key={known.field} isChosen={false} onChoose={() => setFieldName(known.field)}>
            {i18n._(known.title)}
          </Option>
        ))}
      </div>
    );
  }
  return (
    <form
      className="flex w-80 flex-col gap-3 p-4 max-sm:w-auto"
      onSubmit={(event) => {
        event.preventDefault();
        if (values.length > 0) onApply({ field: field.field, isNot, values });
      }}
    >
      <div className="flex items-center gap-2">
        {!condition && (
          <IconButton
            size="small"
            label={t`Another field`}
            onClick={() => {
              setFieldName(undefined);
              setValues([]);
            }}
          >
            <ChevronLeft aria-hidden="true" />
          </IconButton>
        )}
        <p className="flex-1 font-semibold">{i18n._(field.title)}</p>
        <Segmented
          size="small"
          label={t`How it is compared`}
          options={[
            { value: "is", title: t`is` },
            { value: "not", title: t`is not` },
          ]}
          value={isNot ? "not" : "is"}
          onChange={(value) => setNot(value === "not")}
        />
      </div>
      <FilterValues field={field} chosen={values} onChange={setValues} />
      <Button look="primary" type="submit" disabled={values.length === 0}>
        {t`Apply`}
      </Button>
    </form>
  );
}
