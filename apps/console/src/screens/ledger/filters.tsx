import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { Cross } from '../../kit/icons.tsx'
import { WhoField } from '../hand-over/reviewer-field.tsx'
import type { LedgerSearch } from './search.ts'
import { kindGroups, kindWords, texts } from './texts.ts'

interface Props {
  readonly search: LedgerSearch
  /** The name of the actor in the filter, if an entry has it. */
  readonly whoName: string | undefined
}

/** The filters of the entries. The address contains all of them. */
export function Filters({ search, whoName }: Props) {
  const navigate = useNavigate()
  const { what = '', who, about, from = '', until = '' } = search
  const show = (change: Partial<LedgerSearch>) =>
    void navigate({ to: '/ledger', search: { ...search, ...change }, replace: true })
  const isAsked = [what, who, about, from, until].some((one) => one !== undefined && one !== '')
  return (
    <section className="filters" aria-label={texts.filters}>
      <label className="field">
        <span className="field-label">{texts.what}</span>
        <select
          className="input"
          value={what}
          onChange={({ target }) => show({ what: target.value === '' ? undefined : target.value })}
        >
          <option value="">{texts.everything}</option>
          {what !== '' && !Object.hasOwn(kindGroups, what) && <option value={what}>{kindWords(what)}</option>}
          {Object.entries(kindGroups).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {who === undefined ? (
        <WhoField label={texts.who} onChoose={({ id }) => show({ who: id })} />
      ) : (
        <Asked label={texts.who} words={whoName ?? who} onRemove={() => show({ who: undefined })} />
      )}
      {about === undefined ? (
        <AboutField onAsk={(id) => show({ about: id })} />
      ) : (
        <Asked label={texts.aboutWords} words={about} onRemove={() => show({ about: undefined })} />
      )}
      <Day label={texts.from} value={from} onChange={(day) => show({ from: day })} />
      <Day label={texts.until} value={until} onChange={(day) => show({ until: day })} />
      {isAsked && (
        <Button
          className="button"
          data-kind="plain"
          onPress={() => show({ what: undefined, who: undefined, about: undefined, from: undefined, until: undefined })}
        >
          {texts.clear}
        </Button>
      )}
    </section>
  )
}

interface AskedProps {
  readonly label: string
  readonly words: string
  readonly onRemove: () => void
}

function Asked({ label, words, onRemove }: AskedProps) {
  return (
    <span className="token">
      <span className="muted">{label}:</span> <bdi>{words}</bdi>
      <Button className="token-remove" aria-label={`${texts.remove} ${label}: ${words}`} onPress={onRemove}>
        <Cross />
      </Button>
    </span>
  )
}

interface DayProps {
  readonly label: string
  readonly value: string
  readonly onChange: (day: string | undefined) => void
}

export function Day({ label, value, onChange }: DayProps) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        className="input"
        type="date"
        value={value}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      />
    </label>
  )
}

function AboutField({ onAsk }: { readonly onAsk: (id: string) => void }) {
  const [text, setText] = useState('')
  const ask = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') onAsk(text.trim())
  }
  return (
    <form className="field" onSubmit={ask}>
      <label className="field">
        <span className="field-label">{texts.about}</span>
        <input
          className="input"
          type="search"
          maxLength={256}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
    </form>
  )
}
