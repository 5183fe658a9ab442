"""Scores with a Python package, from files to statistics: python3 peer.py PACKAGE GT.json DT.json bbox|segm"""
import json
import sys


def main(package, truth, detections, kind):
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
    print(json.dumps({"stats": [float(s) for s in evaluation.stats]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
