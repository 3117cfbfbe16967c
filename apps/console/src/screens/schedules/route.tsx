import type { Pull } from '@assay/contracts/assay/source/v1/pull_service_pb'
import type { Source } from '@assay/contracts/assay/source/v1/source_pb'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CardList } from '../../kit/card-list.tsx'
import { Failed } from '../../kit/failed.tsx'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { ListSentence } from '../../kit/sentence.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { PageTitle } from '../../shell/page-title.tsx'
import { useMay } from '../../shell/rights.ts'
import { useSources } from '../bring/queries.ts'
import { pullWords, usePull } from '../data/pull-line.tsx'
import { SettingsNav } from '../settings/settings-nav.tsx'
import { readNoMore, readNow, setSchedule } from './queries.ts'
import { texts } from './texts.ts'

/** The schedules of pulled sources. */
export function Schedules() {
  const mayAdminister = useMay('administer')
  const { data, error, isPending, refetch } = useSources()
  // Only these sources can be pulled.
  const sources = (data?.sources ?? []).filter(({ readyMap }) => readyMap === 'scim')
  const sentence = sources.length === 0 ? texts.none : texts.sentence(sources.length)
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <SettingsNav />
      <ListSentence asked={{ error, isPending }} isEmpty={data === undefined} looking={texts.looking}>
        {sentence}
      </ListSentence>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && sources.length === 0 && (
        <p>
          <Link className="button" to="/data">
            {texts.toData}
          </Link>
        </p>
      )}
      {!mayAdminister && <p className="small muted">{texts.mayNot}</p>}
      <CardList
        label={texts.sources}
        items={sources}
        keyOf={({ id }) => id}
        card={(source) => <ScheduleCard source={source} mayChange={mayAdminister} />}
      />
      <section className="card" aria-label={texts.analysis}>
        <h2>{texts.analysis}</h2>
        <p>
          {texts.analysisMeans} <code>{texts.analysisCommand}</code>
        </p>
      </section>
    </>
  )
}

function ScheduleCard({ source, mayChange }: { readonly source: Source; readonly mayChange: boolean }) {
  const { id, displayName } = source
  const pull = usePull(id, true)
  const name = displayName || id
  return (
    <section className="stack" aria-label={name}>
      <h2>
        <Link to="/data/sources/$id" params={{ id }}>
          <bdi>{name}</bdi>
        </Link>
      </h2>
      {pull !== undefined && <p className="small muted">{pullWords(pull)}</p>}
      {pull !== undefined && mayChange && (
        <>
          <IntervalForm key={`${pull.intervalMinutes} ${pull.fullIntervalMinutes}`} pull={pull} />
          <PullActions sourceId={id} />
        </>
      )}
    </section>
  )
}

function IntervalForm({ pull }: { readonly pull: Pull }) {
  const submit = (form: HTMLFormElement, sent: () => void) => {
    const entered = new FormData(form)
    void setSchedule(pull, Number(entered.get('interval')), Number(entered.get('full'))).then(
      (isSet) => isSet && sent(),
    )
  }
  const field = (name: string, title: string, most: number, value: number) => (
    <label className="field">
      <span className="field-label">{title}</span>
      <input type="number" className="input" name={name} min={0} max={most} required defaultValue={value} />
    </label>
  )
  return (
    <TypedForm name={`schedule:${pull.sourceId}`} className="filters" onSubmit={submit}>
      {field('interval', texts.interval, 10_080, pull.intervalMinutes)}
      {field('full', texts.full, 1_440, pull.fullIntervalMinutes)}
      <Button className="button" type="submit">
        {texts.save}
      </Button>
    </TypedForm>
  )
}

function PullActions({ sourceId }: { readonly sourceId: string }) {
  const [isAsking, ask] = useState(false)
  const confirm = () => {
    ask(false)
    void readNoMore(sourceId)
  }
  return (
    <div className="row">
      <Button className="button" onPress={() => void readNow(sourceId)}>
        {texts.now}
      </Button>
      <Button className="button" onPress={() => ask(true)}>
        {texts.stop}
      </Button>
      <FinalQuestion
        title={texts.stopTitle}
        means={texts.stopMeans}
        no={texts.cancel}
        yes={texts.stop}
        isOpen={isAsking}
        onClose={() => ask(false)}
        onYes={confirm}
      />
    </div>
  )
}
