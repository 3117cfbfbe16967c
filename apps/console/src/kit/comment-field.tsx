interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** The maximum number of characters of a comment, as the services have it. */
const longestComment = 4096

/** A field for a comment of some sentences in a script of either direction. */
export function CommentField({ label, value, onChange }: Props) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <textarea
        className="input"
        dir="auto"
        rows={2}
        maxLength={longestComment}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  )
}
