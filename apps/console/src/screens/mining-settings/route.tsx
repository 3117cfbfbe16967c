import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMayForEverybody } from '../../shell/rights.ts'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { EachSetting } from './each-setting.tsx'
import { PresetsCard } from './presets-card.tsx'
import { changeSettings, startAnalysis, useMiningSettings, usePresets } from './queries.ts'
import { texts } from './texts.ts'

/** How the analysis of the whole organisation is made. */
export function MiningSettingsScreen() {
  const mayMine = useMayForEverybody('mine')
  const { data: settings, error, refetch } = useMiningSettings()
  const presets = usePresets().data?.presets ?? []
  const [isOld, setOld] = useState(false)
  if (settings === undefined) {
    return (
      <>
        <PageTitle>{texts.title}</PageTitle>
        <SettingsNav />
        {error === null ? (
          <Sentence>{texts.looking}</Sentence>
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </>
    )
  }
  const save = async (change: Parameters<typeof changeSettings>[1], paths: readonly string[], sent = () => {}) => {
    const outcome = await changeSettings(settings, change, paths)
    setOld(outcome === 'changed')
    if (outcome === 'saved') sent()
  }
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      {isOld && (
        <div className="row" role="alert">
          <span>{texts.changed}</span>
          <Button className="button" onPress={() => void refetch().then(() => setOld(false))}>
            {texts.readTheirs}
          </Button>
        </div>
      )}
      {!mayMine && <p className="small muted">{texts.mayNot}</p>}
      <PresetsCard
        presets={presets}
        settings={settings}
        mayChange={mayMine}
        onUse={(preset) => void save({ preset }, ['preset'])}
      />
      <section className="card" aria-label={texts.effect}>
        <h2>{texts.effect}</h2>
        <ul className="stack-tight">
          {settings.sentences.map((sentence) => (
            <li key={sentence}>{inReadingOrder(sentence)}</li>
          ))}
        </ul>
        {mayMine && (
          <div className="row">
            <Button className="button" onPress={() => void startAnalysis()}>
              {texts.analyse}
            </Button>
            <span className="small muted">{texts.analyseMeans}</span>
          </div>
        )}
      </section>
      <EachSetting
        key={settings.etag}
        settings={settings}
        mayChange={mayMine}
        onSave={(...change) => void save(...change)}
      />
    </>
  )
}
