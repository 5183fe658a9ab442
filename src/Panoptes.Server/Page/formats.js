// Files to download, made of what is shown: the same as the service's own `format=coco` and `format=geojson`.

/** COCO's results: a list with one entry for each object. They know no stuff: that is in GeoJSON. */
export function toCoco(name, objects) {
  const id = imageId(name);
  return objects.filter(o => o.isThing).map(o => ({
    image_id: id,
    category_id: o.classId,
    bbox: o.box,
    score: o.score,
    segmentation: o.rle,
  }));
}

/** A GeoJSON FeatureCollection in pixels, y downwards; outlines hold the masks to the pixel. */
export function toGeoJson(objects) {
  return {
    type: 'FeatureCollection',
    features: objects.map(o => ({
      type: 'Feature',
      properties: { id: o.id, class: o.class, ...(o.score === null ? {} : { score: o.score }) },
      geometry: geometry(o.polygons.map(rings => rings.map(toPositions))),
    })),
  };
}

/** A name without its extension. */
export function stem(name) {
  return name.replace(/\.[^.]+$/, '') || name;
}

// A name that is a number is one, as in COCO's own files.
function imageId(name) {
  const text = stem(name);
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function geometry(polygons) {
  if (polygons.length === 0) return null;
  return polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons };
}

function toPositions(ring) {
  const positions = [];
  for (let i = 0; i < ring.length; i += 2) positions.push([ring[i], ring[i + 1]]);
  positions.push(positions[0]);
  return positions;
}
