import { type ReactNode, useId } from 'react'

interface Props<Value> {
  readonly legend: string
  readonly options: readonly (readonly [value: Value, words: ReactNode])[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  /** The options are beside each other; then only screen readers read the legend. */
  readonly inRow?: boolean
}

/** A choice of one of a few options, all of which are visible. */
export function Choices<Value extends string | number>({ legend, options, value, onChange, inRow }: Props<Value>) {
  const name = useId()
  return (
    <fieldset className={inRow ? 'choices row' : 'choices'}>
      <legend className={inRow ? 'for-readers' : 'field-label'}>{legend}</legend>
      {options.map(([option, words]) => (
        <label key={option} className="choice">
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}
