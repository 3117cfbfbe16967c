import { Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { texts as policiesTexts } from '../policies/texts.ts'
import { ApplicationChoices } from './application-choices.tsx'
import { EntitlementSet } from './entitlement-set.tsx'
import { Exceptions } from './exceptions.tsx'
import type { PolicyDraft } from './rule-draft.ts'
import { texts } from './texts.ts'

interface Props {
  /** Identifies the policy. */
  readonly of: string
  readonly draft: PolicyDraft
  readonly mayChange: boolean
  readonly onChange: (change: Partial<PolicyDraft>) => void
}

/** The fields of a policy of this kind. */
export function RuleFields(props: Props) {
  switch (props.draft.kind) {
    case 'protectedAccess':
      return <ProtectedFields {...props} />
    case 'unusedAccess':
      return <UnusedFields {...props} />
    case 'separationOfDuties':
      return <SeparationFields {...props} />
    case 'overGrantBudget':
      return <BudgetFields {...props} />
    case 'sizeAndNaming':
      return <SizeFields {...props} />
  }
}

function ProtectedFields({ draft, mayChange, onChange }: Props) {
  return (
    <>
      <label className="choice">
        <input
          type="checkbox"
          checked={draft.privileged}
          disabled={!mayChange}
          onChange={({ target }) => onChange({ privileged: target.checked })}
        />
        {texts.privileged}
      </label>
      <TextField
        title={texts.riskLevel}
        value={draft.riskLevel}
        mayChange={mayChange}
        onText={(riskLevel) => onChange({ riskLevel })}
      />
      <NumberField
        title={texts.coverage}
        value={draft.coverage}
        least={0.01}
        most={100}
        step="any"
        mayChange={mayChange}
        onText={(coverage) => onChange({ coverage })}
      />
      <EntitlementSet
        title={texts.named}
        entitlements={draft.first}
        mayChange={mayChange}
        onChange={(first) => onChange({ first })}
      />
    </>
  )
}

function UnusedFields({ draft, mayChange, onChange }: Props) {
  return (
    <>
      <NumberField
        title={texts.days}
        value={draft.days}
        least={1}
        most={3650}
        required
        mayChange={mayChange}
        onText={(days) => onChange({ days })}
      />
      <ApplicationChoices
        title={texts.applications}
        chosen={draft.applications}
        mayChange={mayChange}
        onChange={(applications) => onChange({ applications })}
      />
      <ApplicationChoices
        title={texts.complete}
        chosen={draft.complete}
        mayChange={mayChange}
        onChange={(complete) => onChange({ complete })}
      />
    </>
  )
}

const severities = [Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]

function SeparationFields({ of, draft, mayChange, onChange }: Props) {
  return (
    <>
      <EntitlementSet
        title={texts.first}
        entitlements={draft.first}
        mayChange={mayChange}
        onChange={(first) => onChange({ first })}
      />
      <EntitlementSet
        title={texts.second}
        entitlements={draft.second}
        mayChange={mayChange}
        onChange={(second) => onChange({ second })}
      />
      <label className="field">
        <span className="field-label">{texts.severity}</span>
        <select
          className="input"
          disabled={!mayChange}
          value={draft.severity}
          onChange={({ target }) => onChange({ severity: Number(target.value) as Severity })}
        >
          {severities.map((severity) => (
            <option key={severity} value={severity}>
              {policiesTexts.severities[severity]}
            </option>
          ))}
        </select>
      </label>
      <Exceptions
        of={of}
        exceptions={draft.exceptions}
        mayChange={mayChange}
        onChange={(exceptions) => onChange({ exceptions })}
      />
    </>
  )
}

function BudgetFields({ draft, mayChange, onChange }: Props) {
  return (
    <div className="filters">
      <NumberField
        title={texts.share}
        value={draft.share}
        least={0}
        most={100}
        step="any"
        mayChange={mayChange}
        onText={(share) => onChange({ share })}
      />
      <NumberField
        title={texts.grants}
        value={draft.grants}
        least={0}
        mayChange={mayChange}
        onText={(grants) => onChange({ grants })}
      />
      <NumberField
        title={texts.weight}
        value={draft.weight}
        least={1}
        most={1_000}
        mayChange={mayChange}
        onText={(weight) => onChange({ weight })}
      />
    </div>
  )
}

function SizeFields({ draft, mayChange, onChange }: Props) {
  return (
    <>
      <div className="filters">
        <NumberField
          title={texts.fewestMembers}
          value={draft.fewestMembers}
          least={0}
          mayChange={mayChange}
          onText={(fewestMembers) => onChange({ fewestMembers })}
        />
        <NumberField
          title={texts.fewestEntitlements}
          value={draft.fewestEntitlements}
          least={0}
          mayChange={mayChange}
          onText={(fewestEntitlements) => onChange({ fewestEntitlements })}
        />
      </div>
      <TextField
        title={texts.pattern}
        value={draft.pattern}
        mayChange={mayChange}
        onText={(pattern) => onChange({ pattern })}
      />
    </>
  )
}

interface FieldProps {
  readonly title: string
  readonly value: string
  readonly mayChange: boolean
  readonly onText: (text: string) => void
}

function TextField({ title, value, mayChange, onText }: FieldProps) {
  return (
    <label className="field">
      <span className="field-label">{title}</span>
      <input
        className="input"
        maxLength={1_000}
        value={value}
        readOnly={!mayChange}
        onChange={({ target }) => onText(target.value)}
      />
    </label>
  )
}

interface NumberFieldProps extends FieldProps {
  readonly least: number
  readonly most?: number
  readonly step?: 'any' | 1
  readonly required?: boolean
}

function NumberField({
  title,
  value,
  mayChange,
  onText,
  least,
  most = 2_147_483_647,
  step = 1,
  required,
}: NumberFieldProps) {
  return (
    <label className="field">
      <span className="field-label">{title}</span>
      <input
        type="number"
        className="input"
        min={least}
        max={most}
        step={step}
        required={required}
        value={value}
        readOnly={!mayChange}
        onChange={({ target }) => onText(target.value)}
      />
    </label>
  )
}
