import { texts } from './texts.ts'

/** Before anything is loaded. */
export function FirstSteps() {
  return (
    <section className="card" aria-label={texts.nothingLoaded}>
      <h2>{texts.nothingLoaded}</h2>
      <p>{texts.nothingLoadedMore}</p>
      <dl className="key-list">
        <dt>
          <code>{texts.loadFiles}</code>
        </dt>
        <dd>loads your own files</dd>
        <dt>
          <code>{texts.loadSample}</code>
        </dt>
        <dd>loads a sample organisation of 2,000 people</dd>
      </dl>
    </section>
  )
}
