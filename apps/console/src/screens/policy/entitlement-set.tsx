import { useState } from 'react'
import { Button } from 'react-aria-components'
import { FindField } from '../../kit/find-field.tsx'
import { Cross } from '../../kit/icons.tsx'
import { useSettled } from '../../shell/use-settled.ts'
import { useEntitlementsNamed } from './queries.ts'
import { texts } from './texts.ts'

/** An entitlement of a set, with its names if it is in the data. */
export interface SetEntitlement {
  readonly applicationId: string
  readonly entitlementId: string
  readonly name?: string
  readonly applicationName?: string
}

interface Props {
  readonly title: string
  readonly entitlements: readonly SetEntitlement[]
  readonly mayChange: boolean
  readonly onChange: (entitlements: readonly SetEntitlement[]) => void
}

const keyOf = ({ applicationId, entitlementId }: SetEntitlement) => JSON.stringify([applicationId, entitlementId])
const searchAfterMs = 200

/** A set of entitlements: its members, and a field that finds more. */
export function EntitlementSet({ title, entitlements, mayChange, onChange }: Props) {
  const [text, setText] = useState('')
  const { data } = useEntitlementsNamed(useSettled(text, searchAfterMs))
  const found = (data?.entitlements ?? []).map(({ applicationId, applicationDisplayName, id, displayName }) => ({
    applicationId,
    entitlementId: id,
    name: displayName || id,
    applicationName: applicationDisplayName || applicationId,
  }))
  const add = (key: string) => {
    const picked = found.find((one) => keyOf(one) === key)
    if (picked !== undefined && entitlements.every((one) => keyOf(one) !== key)) onChange([...entitlements, picked])
  }
  return (
    <fieldset className="choices stack-tight">
      <legend className="field-label">{title}</legend>
      <ul className="tokens">
        {entitlements.map((one) => (
          <li key={keyOf(one)}>
            <span className="token">
              <bdi title={one.entitlementId}>{one.name ?? one.entitlementId}</bdi>
              <bdi className="small muted" title={one.applicationId}>
                {one.applicationName ?? one.applicationId}
              </bdi>
              {mayChange && (
                <Button
                  className="token-remove"
                  aria-label={texts.remove(one.name ?? one.entitlementId)}
                  onPress={() => onChange(entitlements.filter((other) => other !== one))}
                >
                  <Cross />
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {mayChange && (
        <FindField
          label={texts.find(title)}
          text={text}
          onText={setText}
          found={found.map((one) => ({ id: keyOf(one), name: one.name, note: one.applicationName }))}
          onPick={add}
        />
      )}
    </fieldset>
  )
}
