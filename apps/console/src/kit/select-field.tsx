interface Props<Value extends string> {
  readonly label: string
  /** Undefined: no choice. */
  readonly value: Value | undefined
  /** The words for no choice. */
  readonly whole: string
  readonly options: readonly (readonly [value: Value, words: string])[]
  readonly onChange: (value: Value | undefined) => void
}

/** A drop-down list with a choice of one option or none. */
export function SelectField<Value extends string>({ label, value, whole, options, onChange }: Props<Value>) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select
        className="input"
        value={value ?? ''}
        onChange={({ target }) => onChange(options.find(([option]) => option === target.value)?.[0])}
      >
        <option value="">{whole}</option>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
