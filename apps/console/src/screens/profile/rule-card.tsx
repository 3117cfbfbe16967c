import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { useMayForEverybody } from '../../shell/rights.ts'
import { typedValue } from '../../shell/typed.ts'
import { RuleEditor, typedRule } from './rule-editor.tsx'
import { texts } from './texts.ts'

/** The rule of a profile, to read or to change. */
export function RuleCard({ profile }: { readonly profile: AccessProfile }) {
  const mayChange = useMayForEverybody('decide')
  const [isEditing, setEditing] = useState(() => mayChange && typedValue(typedRule(profile.id)) !== undefined)
  const { celExpression, automationError } = profile
  return (
    <section className="card" aria-label={texts.rule}>
      <h2>{texts.rule}</h2>
      {automationError !== '' && <p role="alert">{automationError}</p>}
      {isEditing ? (
        <RuleEditor profile={profile} onClose={() => setEditing(false)} />
      ) : (
        <>
          {celExpression === '' ? <p>{texts.noRule}</p> : <code className="rule">{celExpression}</code>}
          {mayChange && (
            <p>
              <Button className="button" onPress={() => setEditing(true)}>
                {celExpression === '' ? texts.writeRule : texts.editRule}
              </Button>
            </p>
          )}
        </>
      )}
    </section>
  )
}
