import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import type { RuleProblem } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { useTyped } from '../../shell/typed.ts'
import { useSettled } from '../../shell/use-settled.ts'
import { DryRun } from './dry-run.tsx'
import { offsetOf } from './rule-place.ts'
import { useRuleCheck } from './rule-queries.ts'
import { readAgain, saveRule } from './save-rule.ts'
import { texts } from './texts.ts'

/** The time from the last key until the rule is checked. */
const checkAfterMs = 300

/** The name of a typed rule that is not saved yet. */
export function typedRule(profileId: string): string {
  return `rule:${profileId}`
}

interface Props {
  readonly profile: AccessProfile
  readonly onClose: () => void
}

/** Edits a rule: it is checked while the user types, and tried before it is saved. The typed text survives reloads and other changes. */
export function RuleEditor({ profile, onClose }: Props) {
  const [base, setBase] = useState(profile)
  const [typed, setTyped, discard] = useTyped(typedRule(profile.id), profile.celExpression)
  const [isOn, setOn] = useState(profile.celExpression === '' || profile.automationEnabled)
  const [tried, setTried] = useState<string>()
  const [isOvertaken, setOvertaken] = useState(false)
  const settled = useSettled(typed, checkAfterMs)
  const check = useRuleCheck(settled, settled.trim() !== '')
  const problem = settled === typed && !check.isPlaceholderData ? check.data?.problem : undefined
  const isRight =
    typed.trim() === '' || (settled === typed && check.isSuccess && !check.isPlaceholderData && problem === undefined)
  const isEmpty = typed.trim() === ''
  const isTried = isEmpty || tried === typed

  const close = () => {
    discard()
    onClose()
  }
  const save = async () => {
    const outcome = await saveRule(base, { celExpression: typed, automationEnabled: isOn && !isEmpty })
    if (outcome === 'saved') close()
    setOvertaken(outcome === 'overtaken')
  }
  const takeTheirs = async () => {
    const theirs = await readAgain(base)
    if (theirs === undefined) return
    setBase(theirs)
    setOvertaken(false)
  }
  return (
    <div className="stack">
      <RuleField value={typed} problem={problem} onChange={setTyped} />
      {check.error !== null && <Failed error={check.error} onRetry={() => void check.refetch()} />}
      <label className="choice">
        <input type="checkbox" checked={isOn} onChange={({ target }) => setOn(target.checked)} disabled={isEmpty} />
        {texts.automationOn}
      </label>
      {isOvertaken && (
        <div className="banner" data-kind="bad" role="alert">
          <span>{texts.overtaken}</span>
          <Button className="button" onPress={() => void takeTheirs()}>
            {texts.saveOver}
          </Button>
        </div>
      )}
      {tried !== undefined && (
        <DryRun
          profileId={profile.id}
          rule={tried}
          entitlementCount={profile.entitlementCount}
          isStale={tried !== typed}
        />
      )}
      <div className="row">
        <Button
          className="button"
          data-kind={isTried ? undefined : 'accent'}
          isDisabled={!isRight || isEmpty}
          onPress={() => setTried(typed)}
        >
          {texts.tryRule}
        </Button>
        <Button
          className="button"
          data-kind={isTried ? 'accent' : undefined}
          isDisabled={!isRight || !isTried || isOvertaken}
          onPress={() => void save()}
        >
          {texts.saveRule}
        </Button>
        <Button className="button" onPress={close}>
          {texts.cancel}
        </Button>
        {isRight && !isTried && <span className="small muted">{texts.tryFirst}</span>}
      </div>
    </div>
  )
}

interface FieldProps {
  readonly value: string
  readonly problem: RuleProblem | undefined
  readonly onChange: (value: string) => void
}

/** The field of a rule, with the place of its first fault and a correction. */
function RuleField({ value, problem, onChange }: FieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  useEffect(() => field.current?.focus(), [])
  const goToFault = () => {
    if (problem === undefined || field.current === null) return
    const at = offsetOf(value, problem.line, problem.column)
    field.current.focus()
    field.current.setSelectionRange(at, Math.min(value.length, at + 1))
  }
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {texts.ruleField}
      </label>
      <textarea
        id={id}
        ref={field}
        className="input code"
        rows={Math.min(12, Math.max(4, value.split('\n').length + 1))}
        spellCheck={false}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => onChange(target.value)}
      />
      <div id={`${id}-problem`} className="row" aria-live="polite">
        {problem !== undefined && (
          <>
            <span className="fault">
              {texts.problemAt(problem.line, problem.column)} {problem.message}. {problem.remedy}
            </span>
            <Button className="button" data-kind="plain" onPress={goToFault}>
              {texts.goToFault}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
