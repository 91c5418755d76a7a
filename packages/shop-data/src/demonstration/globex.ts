import type { ShopPlan } from './plan.ts'

/** Garden goods, in euros: another tenant, with another currency. */
export const globex: ShopPlan = {
  tenant: 'globex',
  seed: 11,
  currency: 'EUR',
  catalogue: {
    Tools: [
      ['Spade Klassik', 'ash handle', 4290],
      ['Rake', '14 teeth', 2450],
      ['Pruning Shears', 'bypass', 3895],
      ['Hedge Trimmer', '55 cm, cordless', 14900],
      ['Wheelbarrow', '90 l', 9950],
      ['Watering Can', '10 l, zinc', 2995],
    ],
    Plants: [
      ['Lavender', 'pot of 13 cm', 495],
      ['Hydrangea', 'pot of 23 cm', 1995],
      ['Boxwood', '40 cm', 2450],
      ['Apple Tree Boskoop', '150 cm', 3990],
      ['Herb Set', '6 pots', 1785],
    ],
    Soil: [
      ['Potting Soil', '45 l', 899],
      ['Bark Mulch', '70 l', 1150],
      ['Organic Fertiliser', '5 kg', 1649],
    ],
    Furniture: [
      ['Bench Teak', 'three seats', 34900],
      ['Folding Table', '70 x 70 cm', 12900],
      ['Deck Chair', 'beech', 7995],
      ['Parasol', '300 cm', 15900],
    ],
    Ponds: [
      ['Pond Liner', '4 x 6 m', 8990],
      ['Pond Pump', '3000 l/h', 11950],
    ],
  },
  cities: [
    ['Bremen', 'Germany', '282'],
    ['Graz', 'Austria', '801'],
    ['Lyon', 'France', '690'],
    ['Gent', 'Belgium', '900'],
    ['Málaga', 'Spain', '290'],
  ],
  carriers: ['Rasch Kurier', 'EuroFracht'],
  people: { mallory: 'Mallory Meyer', gina: 'Gina Rossi' },
  companies: [
    'Baumschule Ahrens',
    'Café Mirabelle',
    'Domaine du Lac',
    'Ferme des Tilleuls',
    'Gärtnerei Hofer',
    'Hotel Seeblick',
    'Jardín Botánico',
    'Parkverwaltung Nord',
    'Schloss Wiesen',
    'Villa Rosa',
  ],
  orders: 140,
  certain: [
    { subject: 'mallory', state: 'pending', age: 1 },
    { subject: 'mallory', state: 'delivered', age: 30 },
  ],
}
