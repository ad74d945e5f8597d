"""Random views for SimCLR by torchvision on images of Pillow, for the benchmark.

Usage: python views.py '<settings as JSON>', which then speaks the protocol of serve.py.

What else there is was slower or no faster here: transforms.v2 on the same images, v2 on tensors of bytes, batches of
bytes that become numbers in the main process, no workers, more than cores, less made ahead, images from arrays of
pixels; and torchvision's blur, against that of Pillow, which MoCo's authors use."""

import json
import os
import random
import sys

import torch
from PIL import Image, ImageFilter
from torch.utils.data import DataLoader, Dataset

from serve import device_of, say, serve

sys.path.append(os.path.join(os.path.dirname(__file__), "../../scripts/golden"))


class GaussianBlur:
    """Pillow's blur, whose radius is the standard deviation."""

    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(radius=random.uniform(0.1, 2)))


def policy(transforms, size, strength, blur):
    """SimCLR's augmentations (Chen et al., 2020, appendix A)."""
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(size, scale=(0.08, 1), interpolation=transforms.InterpolationMode.BICUBIC),
            transforms.RandomHorizontalFlip(0.5),
            transforms.RandomApply(
                [transforms.ColorJitter(0.8 * strength, 0.8 * strength, 0.8 * strength, 0.2 * strength)], 0.8
            ),
            transforms.RandomGrayscale(0.2),
            *([transforms.RandomApply([GaussianBlur()], 0.5)] if blur else []),
            transforms.ToTensor(),
        ]
    )


def in_memory(settings):
    """The images of one file of pixels, as images of Pillow."""
    width, height = settings["width"], settings["height"]
    with open(os.path.join(settings["directory"], "images.bin"), "rb") as file:
        return [
            Image.frombytes("RGB", (width, height), file.read(width * height * 3)) for _ in range(settings["images"])
        ]


def in_files(settings):
    """The paths of all files, each in the folder of its class."""
    return sorted(entry.path for folder in os.scandir(settings["directory"]) for entry in os.scandir(folder))


def decoded(path):
    with open(path, "rb") as file:
        return Image.open(file).convert("RGB")


class Pairs(Dataset):
    """Two views of each image."""

    def __init__(self, images, transform):
        self.images = images
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index]
        if isinstance(image, str):
            image = decoded(image)
        return self.transform(image), self.transform(image)


class Batches:
    """The indices of the next `count` batches: epoch after epoch, each in a random order."""

    def __init__(self, length, size):
        self.length = length
        self.size = size
        self.count = 1
        self.order = torch.empty(0, dtype=torch.long)

    def __len__(self):
        return self.count

    def __iter__(self):
        for _ in range(self.count):
            if len(self.order) < self.size:
                self.order = torch.randperm(self.length)
            batch, self.order = self.order[: self.size], self.order[self.size :]
            yield batch.tolist()


def figures_of(first, second):
    """What the pixels of a batch are like."""
    x = torch.cat([first, second])
    return {
        "low": x.min().item(),
        "high": x.max().item(),
        "mean": x.mean().item(),
        "deviation": x.std(correction=0).item(),
        "detail": (x[..., 1:] - x[..., :-1]).abs().mean().item(),
        "colour": (x.amax(1) - x.amin(1)).mean().item(),
    }


def main():
    try:
        import without_operators  # noqa: F401
        import torchvision
        from torchvision import transforms
    except Exception as error:  # a torchvision of another torch fails with anything
        say(event="absent", reason=f"{sys.executable} cannot import torchvision ({error}); pip install torchvision")
        return

    settings = json.loads(sys.argv[1])
    device = device_of(settings)
    images = in_files(settings) if settings["from"] == "files" else in_memory(settings)
    batches = Batches(len(images), settings["batchSize"])
    loader = DataLoader(
        Pairs(images, policy(transforms, settings["size"], settings["strength"], settings["blur"])),
        batch_sampler=batches,
        num_workers=settings["threads"],  # each of which computes with one
        persistent_workers=True,
        prefetch_factor=4,
        pin_memory=device == "cuda",
    )

    def make(count):
        batches.count = count
        for batch in loader:
            first, second = [view.to(device, non_blocking=True) for view in batch]
        if device == "cuda":
            torch.cuda.synchronize()
        return first, second

    def run(count):
        last = make(count)
        return lambda: figures_of(*last)

    first, second = make(1)
    channels, *size = first.shape[1:]
    facts = {
        "views": len(first) + len(second),
        "size": " x ".join(map(str, [*size, channels])),
        "type": str(first.dtype).removeprefix("torch."),
    }
    serve(
        run, f"torchvision {torchvision.__version__} on Pillow {Image.__version__}", facts, device, settings["warmup"]
    )


if __name__ == "__main__":
    main()
