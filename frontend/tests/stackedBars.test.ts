import { BarChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { expect, test } from 'vitest'
import { stackedBars } from '@/charts/stackedBars'

use([BarChart, GridComponent, MarkAreaComponent, TooltipComponent, SVGRenderer])

/** Where the names of days are drawn, in a chart of 1,000 px. */
function drawnNames(days: number) {
  const periods = Array.from({ length: days }, (_, at) => `day ${at}`)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 1000, height: 256 })
  const series = [
    { name: 'Input', colour: { light: '#000', dark: '#fff' }, values: periods.map(() => 9) },
  ]
  const shown = { shortValue: String, exactValue: String }
  chart.setOption(stackedBars({ periods, series, ...shown }, false))
  const svg = chart.renderToSVGString()
  chart.dispose()
  return [...svg.matchAll(/text-anchor="(\w+)"[^>]*translate\(([\d.]+) [^>]*>day/g)].map(
    ([, anchor, x]) => ({ anchor, x: Number(x) }),
  )
}

test.each([7, 30, 90, 365])('the names of %i days stand under their bars, evenly', (days) => {
  const names = drawnNames(days)
  const gaps = names.slice(1).map(({ x }, at) => x - (names[at]?.x ?? NaN))

  expect(names.length).toBeGreaterThan(4)
  expect(new Set(names.map(({ anchor }) => anchor))).toEqual(new Set(['middle']))
  for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] ?? NaN, 0)
})
