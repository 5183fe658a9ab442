"""Scores with a Python package, from files to figures: python3 peer.py PACKAGE GT.json DT.json bbox|segm
or python3 peer.py panopticapi GT.json GT_FOLDER DT.json DT_FOLDER"""
import json
import sys


def score_instances(package, truth, detections, kind):
    if package == "pycocotools":
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    elif package == "faster_coco_eval":
        from faster_coco_eval import COCO
        from faster_coco_eval import COCOeval_faster as COCOeval
    else:
        from hotcoco import COCO, COCOeval
    truth = COCO(truth)
    evaluation = COCOeval(truth, truth.loadRes(detections) if package != "hotcoco" else truth.load_res(detections), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return {"stats": [float(s) for s in evaluation.stats]}


def score_panoptic(truth, truth_folder, detections, folder):
    from panopticapi.evaluation import pq_compute
    results = pq_compute(truth, detections, truth_folder, folder)
    return {part: {key: float(results[part][key]) for key in ("pq", "sq", "rq")} for part in ("All", "Things", "Stuff")}


if __name__ == "__main__":
    package, *arguments = sys.argv[1:]
    print(json.dumps(score_panoptic(*arguments) if package == "panopticapi" else score_instances(package, *arguments)))
