/** One series of what `/metrics` answers. */
interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text format of Prometheus: comments and empty lines are left out. */
function readSamples(text: string): Sample[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/gm)].map(([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]),
    ),
    value: Number(value),
  }))
}

/** The sum of all series of a metric that `matches` takes. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  matches: (labels: Sample['labels']) => boolean = () => true,
): number {
  return samples.reduce((sum, sample) => sum + (sample.name === name && matches(sample.labels) ? sample.value : 0), 0)
}

export async function scrape(url: string): Promise<Sample[]> {
  return readSamples(await (await fetch(url)).text())
}
