import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Question } from '../../kit/dialog.tsx'
import { useMay } from '../../shell/rights.ts'
import { makeProfiles, saveRoles } from './actions.ts'
import { texts } from './texts.ts'

/** The roles as files, and as access profiles. */
export function ExportCard({ modelId, roles }: { readonly modelId: string; readonly roles: number }) {
  const mayDecide = useMay('decide')
  const [isAsking, ask] = useState(false)
  const [made, setMade] = useState<number>()
  const make = () => {
    ask(false)
    void makeProfiles(modelId).then(setMade)
  }
  return (
    <section className="card" aria-label={texts.export}>
      <h2>{texts.export}</h2>
      <div className="row">
        <Button className="button" onPress={() => void saveRoles(modelId, 'entitlements')}>
          {texts.csvEntitlements}
        </Button>
        <Button className="button" onPress={() => void saveRoles(modelId, 'people')}>
          {texts.csvPeople}
        </Button>
        {mayDecide && (
          <Button className="button" onPress={() => ask(true)}>
            {texts.profiles}
          </Button>
        )}
      </div>
      {made !== undefined && (
        <p className="row" role="status">
          {texts.profilesMade(made)} <Link to="/access-profiles">{texts.toProfiles}</Link>
        </p>
      )}
      <Question title={texts.profilesTitle} isOpen={isAsking} onClose={() => ask(false)}>
        <p>{texts.profilesMean(roles)}</p>
        <div className="row">
          <Button className="button" data-kind="accent" autoFocus onPress={make}>
            {texts.confirmProfiles}
          </Button>
          <Button className="button" onPress={() => ask(false)}>
            {texts.cancel}
          </Button>
        </div>
      </Question>
    </section>
  )
}
