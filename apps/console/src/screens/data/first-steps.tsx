import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { sentenceOf } from '../../shell/calls.ts'
import { useMay } from '../../shell/rights.ts'
import { ScimForm } from './scim-form.tsx'
import { texts } from './texts.ts'

/** Shown before the first load: three ways to begin, all without a terminal. */
export function FirstSteps() {
  const may = useMay('administer')
  const navigate = useNavigate()
  const [making, setMaking] = useState(false)
  const [fault, setFault] = useState('')
  if (!may) return <p>{texts.noRight}</p>
  const loadSample = async () => {
    setMaking(true)
    setFault('')
    try {
      const { loadSampleOrganisation } = await import('./sample-organisation.ts')
      const load = await loadSampleOrganisation()
      await navigate({ to: '/data/bring', search: { source: load.sourceId, load: load.id } })
    } catch (error) {
      setFault(sentenceOf(error))
      setMaking(false)
    }
  }
  return (
    <section className="stack" aria-label={texts.firstTitle}>
      <h2>{texts.firstTitle}</h2>
      <p>{texts.firstHint}</p>
      <div className="cards">
        <section className="card stack" aria-label={texts.filesWay}>
          <h3>{texts.filesWay}</h3>
          <p>{texts.filesHint}</p>
          <Button
            className="button"
            data-kind="accent"
            onPress={() => void navigate({ to: '/data/bring', search: {} })}
          >
            {texts.bring}
          </Button>
        </section>
        <section className="card stack" aria-label={texts.scim}>
          <h3>{texts.scim}</h3>
          <ScimForm />
        </section>
        <section className="card stack" aria-label={texts.sampleWay}>
          <h3>{texts.sampleWay}</h3>
          <p>{texts.sampleHint}</p>
          <CallButton isBusy={making} onPress={() => void loadSample()}>
            {texts.sample}
          </CallButton>
          <p role="status">{making ? texts.sampleMaking : ''}</p>
          {fault !== '' && <p role="alert">{fault}</p>}
        </section>
      </div>
    </section>
  )
}
